"""Start the processes of a job that has several, or that must end before its time limit does."""

from wideband.cluster.launch import main

if __name__ == "__main__":
    main()
