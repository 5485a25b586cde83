# SPDX-License-Identifier: GPL-2.0-only
# The daemons of the demo network: a web server and the name server of its zone
# on the IPv4-only server, DNS64 on the router. To be sourced in the guest,
# after topology.sh.
# shellcheck shell=bash

SERVICES=/run/demo
SERVER_NAME=www.example

services_web() {
	local dir=$SERVICES/web
	mkdir -p "$dir/files"
	cat >"$dir/nginx.conf" <<-END
	pid $dir/pid;
	error_log $dir/error.log;
	user root;
	worker_processes 1;
	events { }
	http {
		access_log off;
		server {
			listen $TOPOLOGY_SERVER:80;
			root $dir/files;
			location = / {
				return 200 "Hello \$remote_addr, this is \$server_addr.\n";
			}
		}
	}
	END
	head -c 8M /dev/zero >"$dir/files/8M"
	on server nginx -c "$dir/nginx.conf" -e "$dir/error.log"
}

# unbound NAMESPACE ADDRESS NETWORK, what is particular on standard input.
services_unbound() {
	local dir=$SERVICES/dns-$1
	mkdir -p "$dir"
	cat - >"$dir/unbound.conf" <<-END
	server:
		interface: $2
		access-control: $3 allow
		directory: "$dir"
		pidfile: "$dir/pid"
		logfile: "$dir/log"
		use-syslog: no
		chroot: ""
		username: ""
		num-threads: 1
	remote-control:
		control-enable: no
	END
	cat >>"$dir/unbound.conf"
	on "$1" unbound -c "$dir/unbound.conf"
}

services_dns() {
	mkdir -p "$SERVICES/dns-server"
	cat >"$SERVICES/dns-server/zone" <<-END
	example. 300 IN SOA ns.example. hostmaster.example. 1 3600 600 86400 300
	example. 300 IN NS ns.example.
	ns.example. 300 IN A $TOPOLOGY_SERVER
	$SERVER_NAME. 300 IN A $TOPOLOGY_SERVER
	END
	services_unbound server "$TOPOLOGY_SERVER" 198.51.100.0/24 <<-END
	auth-zone:
		name: example.
		zonefile: "$SERVICES/dns-server/zone"
		for-upstream: no
	END
	services_unbound router "$TOPOLOGY_ROUTER_LAN" 2001:db8:1::/64 <<-END
	server:
		module-config: "dns64 iterator"
		dns64-prefix: $TOPOLOGY_PREFIX
	stub-zone:
		name: example.
		stub-addr: $TOPOLOGY_SERVER
	END

	mkdir -p /etc/netns/host6
	printf 'nameserver %s\n' "$TOPOLOGY_ROUTER_LAN" >/etc/netns/host6/resolv.conf
}

services_up() {
	services_web && services_dns
}
