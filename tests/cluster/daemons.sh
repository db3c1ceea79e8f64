# Starting and ending the daemons of the test cluster, each known by its pid file in $state/run.

answers() {
  case $1 in
    slurmctld) [ -f "$SLURM_CONF" ] && timeout 10 scontrol ping 2>/dev/null | grep -q "is UP" ;;
    munged) munge --socket="$state/run/munge.socket" -n 2>/dev/null |
      unmunge --socket="$state/run/munge.socket" >/dev/null 2>&1 ;;
    mariadbd) mariadb-admin --no-defaults --socket="$state/run/mariadb.socket" ping >/dev/null 2>&1 ;;
    slurmdbd) timeout 10 sacctmgr --noheader list cluster >/dev/null 2>&1 ;;
    idle) [ "$(sinfo --noheader --Node --partition=cpu --states=idle | wc -l)" = "$nodes" ] ;;
  esac
}

wait_for() {
  for _ in $(seq 150); do
    answers "$1" && return 0
    sleep 0.2
  done
  echo "cluster: $1 does not answer after 30 s; see $state/log" >&2
  return 1
}

munge_up() {
  [ -s "$state/munge.key" ] || mungekey --create --keyfile="$state/munge.key"
  munged --force --key-file="$state/munge.key" --socket="$state/run/munge.socket" \
    --pid-file="$state/run/munged.pid" --log-file="$state/log/munged.log" --seed-file="$state/munge.seed"
  wait_for munged
}

database_up() {
  local options=(--no-defaults --user=mysql --datadir="$state/mysql")
  if [ ! -d "$state/mysql/mysql" ]; then
    install -d -o mysql -g mysql -m 700 "$state/mysql"
    mariadb-install-db "${options[@]}" --skip-test-db >"$state/log/mariadb-install.log" 2>&1
  fi
  setsid mariadbd "${options[@]}" --socket="$state/run/mariadb.socket" --pid-file="$state/run/mariadbd.pid" \
    --skip-networking --innodb-buffer-pool-size=64M --innodb-log-file-size=48M \
    --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=0 \
    >"$state/log/mariadbd.log" 2>&1 </dev/null &
  wait_for mariadbd
  mariadb --no-defaults --socket="$state/run/mariadb.socket" --execute "
    CREATE DATABASE IF NOT EXISTS slurm_acct_db;
    CREATE USER IF NOT EXISTS slurm@localhost IDENTIFIED BY 'slurm';
    GRANT ALL ON slurm_acct_db.* TO slurm@localhost;"
}

accounting_up() {
  # slurmdbd has no option for a socket: the database library reads it here.
  MYSQL_UNIX_PORT=$state/run/mariadb.socket slurmdbd
  wait_for slurmdbd
  sacctmgr --immediate add cluster wideband >/dev/null 2>&1 || true
  sacctmgr --immediate add account lab >/dev/null 2>&1 || true
  sacctmgr --immediate add user root account=lab >/dev/null 2>&1 || true
}

# End the process of a pid file, if it is still what it was.
stop() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do
    [ -d "/proc/$pid" ] || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}
