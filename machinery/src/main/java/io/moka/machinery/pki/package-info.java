/// Keys, certificates and what TLS makes of them: the cluster's own certificate authority and every identity it issues.
///
/// Promises:
/// - keys are EC P-256; certificates last a year, authorities ten;
/// - a key file is never readable by anyone but its owner (0600), not even while it is being written;
/// - reading PEM needs nothing but the JDK, so a running component never loads the library that makes certificates.
///
/// Upstream leaves this to kubeadm and cert-util; the file layout is the same. Read [CertificateAuthority] first.
@NullMarked
package io.moka.machinery.pki;

import org.jspecify.annotations.NullMarked;
