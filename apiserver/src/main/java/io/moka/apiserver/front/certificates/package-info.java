/// Validation of CertificateSigningRequests: their form, and which fields may change through which subresource.
///
/// - The encoded request is parsed and its signature is verified before the object is stored.
/// - The server writes the requester's identity; a value from the client is overwritten.
/// - The conditions Approved and Denied are written through `approval` alone, once, and never both; the certificate through `status` alone.
///
/// A controller signs the certificate, upstream as here.
///
/// Read `CertificateRequest` first, then `CertificateRequestStrategy`.
@NullMarked
package io.moka.apiserver.front.certificates;

import org.jspecify.annotations.NullMarked;
