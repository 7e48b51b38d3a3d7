# Boots this machine's own Debian, with systemd as init, in namespaces over a throw-away overlay:
# boot.sh CHECKOUT EXCHANGE SITE-PACKAGES.  As root, through unshare (see booted.py).
set -eu
checkout=$1 exchange=$2 packages=$3
base=$exchange/base
root=$base/root
mount --make-rprivate /
mkdir -p "$base"
mount -t tmpfs tmpfs "$base"
mkdir "$root" "$base/upper" "$base/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
mkdir -p "$root/exchange" "$root/checkout" "$root/packages"
mount --bind "$exchange" "$root/exchange"
mount --bind "$checkout" "$root/checkout"
mount --bind "$packages" "$root/packages"
ip link set lo up
ip address add 192.0.2.1/32 dev lo  # an address that is not loopback's

rm -rf "$root/etc/systemd/system" "$root/opt/asylia" "$root/var/lib/systemd/linger"
mkdir -p "$root/etc/systemd/system" "$root/etc/sysusers.d" "$root/etc/tmpfiles.d"
cp "$root"/checkout/deploy/systemd/* "$root/etc/systemd/system/"
cp "$root"/checkout/deploy/sysusers.d/* "$root/etc/sysusers.d/"
cp "$root"/checkout/deploy/tmpfiles.d/* "$root/etc/tmpfiles.d/"

# As if from the wheel, under Debian's Python.
chroot "$root" /usr/bin/python3 -m venv --without-pip /opt/asylia
printf '%s\n' /packages /checkout/src > "$(echo "$root"/opt/asylia/lib/python3*/site-packages)/asylia.pth"
printf '%s\n' '#!/opt/asylia/bin/python' 'from asylia.cli import main' 'main()' > "$root/opt/asylia/bin/asylia"
chmod 755 "$root/opt/asylia/bin/asylia"

cat > "$root/etc/systemd/system/drill.target" <<'U'
[Unit]
Description=drill
Wants=drill.service systemd-journald.service
AllowIsolate=yes
U
cat > "$root/etc/systemd/system/drill.service" <<'U'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash /checkout/tests/deploy/drill.sh
StandardOutput=file:/exchange/drill.out
StandardError=file:/exchange/drill.out
U
# The new root, not a chroot: in a chroot the kernel gives nobody a user namespace.
cd "$root"
mkdir -p before
pivot_root . before
umount -l /before
mount --make-rshared /  # as init finds it: credentials reach a unit by propagation
exec env -i container=drill /lib/systemd/systemd --system --unit=drill.target --log-target=null
