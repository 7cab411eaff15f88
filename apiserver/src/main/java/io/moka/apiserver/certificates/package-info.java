/// Requests for certificates: what a CertificateSigningRequest must look like, and what of it may change when.
///
/// - The encoded request is really parsed, and its signature checked, before anything is stored.
/// - Who asked is written by the server, never by the client.
/// - Approved and Denied are written through `approval` alone, once, and never both; the certificate through `status` alone.
///
/// Signing is a controller's business, upstream as here.
///
/// Read `CertificateRequest` first, then `CertificateRequestStrategy`.
@NullMarked
package io.moka.apiserver.certificates;

import org.jspecify.annotations.NullMarked;
