# SPDX-License-Identifier: Apache-2.0
#
# companion/server filled in for a test: `tree` and `port` say what is served and where, ./settings
# has the certificates. Source it after common.bash.
# shellcheck shell=bash
# shellcheck disable=SC2154  # Variables are from those who source this.

server=$source_dir/companion/server

free_port() {
  "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# What an administrator fills in, and the port.
filled() { # file
  sed -E "s,\bNAME\b;,localhost;,; s,ServerName NAME,ServerName localhost,
    s,\bTREE\b,$tree,g; s,\bSETTINGS\b,$PWD/settings,g; /^ *listen \[/d
    s,(listen |:)443\b,\1$port,; s,/var/log/nginx/sbom.log|logs/sbom.log,$PWD/access.log,
    /^#/d" "$1"
}

# ./nginx.conf, with nothing of it outside of this folder.
write_nginx_settings() {
  local user=''
  filled "$server/nginx.conf" > sbom.conf
  [ "$(id -u)" -ne 0 ] || user='user root;'
  cat > nginx.conf << END
$user
daemon off;
pid $PWD/nginx.pid;
error_log $PWD/server.log;
events {}
http {
  client_body_temp_path $PWD/body;
  proxy_temp_path $PWD/proxy;
  fastcgi_temp_path $PWD/fastcgi;
  uwsgi_temp_path $PWD/uwsgi;
  scgi_temp_path $PWD/scgi;
  include $PWD/sbom.conf;
}
END
}
