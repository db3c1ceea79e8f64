# Configuration files of the test cluster, all in $state: SLURM finds them there through SLURM_CONF.

settings() {
  slurm_conf >"$state/slurm.conf"
  gres_conf >"$state/gres.conf"
  # slurmd loads a cgroup plugin even where none is used, and the default one dies in containers.
  echo "CgroupPlugin=cgroup/v1" >"$state/cgroup.conf"
  (umask 077 && dbd_conf >"$state/slurmdbd.conf")
}

slurm_conf() {
  cat <<EOT
ClusterName=wideband
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$state/run/munge.socket,cred_expire=15
StateSaveLocation=$state/ctld
SlurmdSpoolDir=$state/spool/%n
SlurmctldPidFile=$state/run/slurmctld.pid
SlurmdPidFile=$state/run/slurmd-%n.pid
SlurmctldLogFile=$state/log/slurmctld.log
SlurmdLogFile=$state/log/slurmd-%n.log
SlurmdParameters=config_overrides
ReturnToService=2
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
PriorityType=priority/basic
GresTypes=gpu
MinJobAge=3600
KillWait=5
SlurmdTimeout=15
SlurmctldTimeout=30
InactiveLimit=0
CompleteWait=0
BatchStartTimeout=10
MessageTimeout=10
JobRequeue=1
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort=16819
AccountingStoragePass=$state/run/munge.socket
AccountingStorageTRES=gres/gpu
AccountingStoreFlags=job_comment
EOT
  for node in $(seq "$nodes"); do
    echo "NodeName=node$node NodeHostname=$host NodeAddr=127.0.7.$node Port=$((17000 + node))" \
      "CPUs=8 RealMemory=64000 Gres=gpu:2 State=UNKNOWN"
  done
  for partition in "cpu Default=YES" gpu; do
    echo "PartitionName=$partition Nodes=ALL MaxTime=INFINITE DefaultTime=60 DefMemPerCPU=1000 State=UP"
  done
}

gres_conf() {
  # slurmd counts GPUs by their device files; where none can be made, other character devices stand in.
  local gpu
  for gpu in 0 1; do [ -c "$state/dev/gpu$gpu" ] || mknod "$state/dev/gpu$gpu" c 1 3 2>/dev/null || true; done
  if [ -c "$state/dev/gpu1" ]; then
    echo "Name=gpu File=$state/dev/gpu[0-1]"
  else
    printf 'Name=gpu File=/dev/%s\n' null zero
  fi
}

dbd_conf() {
  cat <<EOT
AuthType=auth/munge
AuthInfo=socket=$state/run/munge.socket
DbdHost=localhost
DbdPort=16819
SlurmUser=root
DebugLevel=info
LogFile=$state/log/slurmdbd.log
PidFile=$state/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
EOT
}
