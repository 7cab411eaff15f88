/// Keys, certificates and TLS contexts: the cluster's own certificate authority, the identities that it issues, and the requests of others that it signs.
///
/// Promises:
/// - the cluster's own keys are EC P-256; their certificates last a year, authorities ten;
/// - no request leads to an authority certificate, or to a certificate that outlives the authority that signs it;
/// - a certificate is for one side of a connection, client or server, but for those of etcd's members;
/// - only its owner can read a key file (0600), even while it is being written;
/// - reading PEM needs nothing but the JDK, so a running component does not load the library that makes certificates before it signs one.
///
/// Upstream leaves this to kubeadm and cert-util; the file layout is the same. Read [CertificateAuthority] first.
@NullMarked
package io.moka.machinery.pki;

import org.jspecify.annotations.NullMarked;
