#!/usr/bin/env bash
# A Slurm cluster of this machine alone, to try the executor out: one_node_slurm.sh start|stop FOLDER
#
# Needs root and the packages slurm-wlm and munge (apt-get install -y slurm-wlm munge). Everything it writes is in FOLDER.
# Then: export SLURM_CONF=FOLDER/slurm.conf; sinfo. The node offers CPUS (default 4) cores, whatever there are, so that
# several tasks run at a time.
set -euo pipefail
what=${1:?start or stop} folder=$(realpath -m "${2:?a folder}")
cpus=${CPUS:-4}

ended() {  # FILE: end the process whose id is in a file
  [ -s "$1" ] && kill "$(cat "$1")" 2> /dev/null || true
}

if [ "$what" = stop ]; then
  for daemon in slurmd slurmctld munged; do ended "$folder/$daemon.pid"; done
  exit 0
fi

mkdir -p "$folder"/{state,spool,log,munge}
chmod 700 "$folder/munge"
node=$(hostname -s)
[ -s "$folder/munge/key" ] || { head -c 1024 /dev/urandom > "$folder/munge/key"; chmod 400 "$folder/munge/key"; }
munged --force --key-file "$folder/munge/key" --socket "$folder/munge.socket" --pid-file "$folder/munged.pid" \
  --log-file "$folder/log/munged.log" --seed-file "$folder/munge/seed"

cat > "$folder/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$node
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=10
CredType=cred/munge
SlurmctldPort=${PORT:-16817}
SlurmdPort=$((${PORT:-16817} + 1))
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
JobRequeue=1
KillWait=10
MinJobAge=20
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
export SLURM_CONF=$folder/slurm.conf
slurmctld -i -c -f "$SLURM_CONF"
slurmd -c -f "$SLURM_CONF"
for _ in $(seq 60); do
  sinfo --noheader --format %T 2> /dev/null | grep -q idle && { echo "export SLURM_CONF=$SLURM_CONF"; exit 0; }
  sleep 0.5
done
echo "expected an idle node within 30 s; see $folder/log" >&2
exit 1
