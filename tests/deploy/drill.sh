# Runs inside the booted Debian, as root: what deploy/README.md says, on the units as they are.
set -u
asylia=/opt/asylia/bin/asylia
state=/var/lib/asylia-relay
out=/exchange
cd /tmp
note() { echo "$1" >> $out/steps; }
systemd-sysusers && systemd-tmpfiles --create asylia.conf && note users
install -d -m 700 -o asylia-relay -g asylia-relay $state
setpriv --reuid asylia-relay --regid asylia-relay --clear-groups $asylia relay init $state/relay --json > $out/relay.json && note init
systemctl start asylia-relay.service && note started
for _ in $(seq 100); do curl -s -o /dev/null http://127.0.0.1:8480/v1/bundle && break; sleep 0.1; done
python3 -c 'import json; print(json.load(open("/exchange/relay.json"))["access"])' > access
$asylia team init --relay http://127.0.0.1:8480 --access-file access --root root.pub --share share-1 --share share-2 --share share-3 \
    --vault device-1 --passphrase-file words-1 --json > $out/team.json && note team
yes report | head -c 9000 | curl -s -o /dev/null -w '%{http_code}' -T - http://127.0.0.1:8480/v1/envelopes/00112233445566778899aabbccddeeff > $out/put
pid=$(systemctl show -p MainPID --value asylia-relay.service)
cat /proc/$pid/status > $out/status
cat /proc/$pid/limits > $out/limits
tr '\0' '\n' < /proc/$pid/environ > $out/environ
systemctl restart asylia-relay.service && note restarted
for _ in $(seq 100); do curl -s -o /dev/null http://127.0.0.1:8480/v1/bundle && break; sleep 0.1; done
curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8480/v1/bundle > $out/bundle

$asylia relay backup-key backup.identity backup.recipient
install -m 600 backup.recipient root.pub /etc/asylia/
systemctl start asylia-relay-backup.service && note "backed up"
systemctl start asylia-relay-backup.service && note "backed up again"
$asylia relay restore $state/backup/relay.age /tmp/restored --identity-file backup.identity && note restored
stat -c '%a %U %n' $state $state/backup $state/backup/* > $out/modes

echo ASYLIA_RELAY=http://127.0.0.1:8480 > /etc/asylia/intake.env
systemctl start asylia-intake.service && note intake
for _ in $(seq 100); do curl -s -o /dev/null http://127.0.0.1:8080/en/ && break; sleep 0.1; done
curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/en/ > $out/page
yes report | head -c 9000 | curl -s -o /dev/null -w '%{http_code}' -T - http://127.0.0.1:8080/v1/envelopes/00112233445566778899aabbccddee00 > $out/forwarded

python3 -m http.server 9999 --bind 192.0.2.1 > /dev/null 2>&1 &
sleep 1
probe=/opt/asylia/probe.py
cp /checkout/tests/deploy/probe.py $probe
for unit in asylia-relay asylia-relay@ asylia-intake asylia-relay-backup; do
    many=; [ $unit = asylia-relay@ ] && many=-many
    # The unit as it is, but for what it runs, and for what must be there first.
    sed -E -e "s|^ExecStart=.*|ExecStart=/opt/asylia/bin/python $probe|; s|^Type=.*|Type=oneshot|" \
        -e '/^(Restart|Requires|After|LoadCredential|Conflicts|EnvironmentFile)=/d' \
        -e "s|^StandardOutput=.*|StandardOutput=file:$out/probe-$unit|" \
        "/etc/systemd/system/$unit.service" > "/etc/systemd/system/probe-${unit%@}$many.service"
done
systemctl daemon-reload
for unit in asylia-relay asylia-relay-many asylia-intake asylia-relay-backup; do
    systemctl start "probe-$unit.service"
done
/opt/asylia/bin/python $probe > $out/probe-nothing
systemctl --no-pager status 'asylia-*' 'probe-*' > $out/units 2>&1
journalctl --no-pager -o cat -u 'asylia-*' > $out/journal 2>&1
note end
