/// The common frame of every Moka process: flags, logging, health and metrics endpoints, and orderly shutdown.
///
/// Promises:
/// - `/healthz`, `/livez` and `/readyz` answer every caller over TLS; `/metrics` answers only callers with a client certificate of the cluster;
/// - a component's own page ([ComponentPage]) answers callers that the apiserver knows and allows to get its path ([DelegatedAccess]);
/// - SIGTERM runs the closers in the reverse order of their registration, for at most 10 s, then the process ends;
/// - an error at the start is one line on standard error and exit status 1, wrong usage 2; a stack trace only with `-v`.
///
/// Read [ComponentProcess] first.
@NullMarked
package io.moka.machinery.process;

import org.jspecify.annotations.NullMarked;
