/// Encryption at rest: what is kept in etcd of the resources that a configuration names is encrypted, and bound to its key there.
///
/// - The first provider of a resource writes; all of them read. So a key is changed by putting a new one first and writing every object again.
/// - The form is upstream's: `k8s:enc:aesgcm:v1:<key>:` and what follows, with the path in etcd as authenticated data (`aesgcm` alone).
/// - What cannot be decrypted is an error that names it; it is never taken for something else, and nothing else suffers.
/// - A file that has changed is taken over within two seconds, if it is asked for and the file is good.
///
/// Upstream also has plugins that keep keys elsewhere (KMS). `Salsa20` and `Poly1305` are ours: the JDK
/// has no `secretbox`, and Bouncy Castle, once it is on the class path, is found and used by Netty too, for 14 MiB of memory and a slower start.
///
/// Read `EncryptedStore` first, then `Providers`.
@NullMarked
package io.moka.apiserver.encryption;

import org.jspecify.annotations.NullMarked;
