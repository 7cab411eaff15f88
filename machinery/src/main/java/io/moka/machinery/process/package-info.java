/// The frame of every Moka process: its flags, its log, its health and metrics endpoints and its orderly end.
///
/// Promises:
/// - `/healthz`, `/livez` and `/readyz` answer anybody over TLS; `/metrics` answers only who shows a client certificate of the cluster;
/// - SIGTERM runs the closers in the reverse order of their registration, for at most 10 s, then the process ends;
/// - an error at the start is one line on standard error and exit status 1, wrong usage 2; a stack trace only with `-v`.
///
/// Read [ComponentProcess] first.
@NullMarked
package io.moka.machinery.process;

import org.jspecify.annotations.NullMarked;
