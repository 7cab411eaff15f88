/// Keys, certificates and what TLS makes of them: the cluster's own certificate authority and every identity it issues, and the requests of others that it signs.
///
/// Promises:
/// - our own keys are EC P-256; their certificates last a year, authorities ten;
/// - nobody's request makes an authority, or outlives the one that signs it;
/// - a key file is never readable by anyone but its owner (0600), not even while it is being written;
/// - reading PEM needs nothing but the JDK, so a running component does not load the library that makes certificates before it signs one.
///
/// Upstream leaves this to kubeadm and cert-util; the file layout is the same. Read [CertificateAuthority] first.
@NullMarked
package io.moka.machinery.pki;

import org.jspecify.annotations.NullMarked;
