/// Encryption at rest: values of the configured resources are encrypted in etcd and bound to their keys there.
///
/// - The first provider of a resource encrypts; all of them decrypt. To rotate a key, put the new one first and write every object again.
/// - The format is upstream's: the prefix `k8s:enc:aesgcm:v1:<key>:` and then the ciphertext, with the path in etcd as authenticated data (`aesgcm` alone).
/// - A value that cannot be decrypted gives an error that names it; it is never taken for plain text, and no other value is affected.
/// - A changed configuration file is applied within two seconds, if a flag asks for it and the file is valid.
///
/// Upstream also has plugins for external key management (KMS). `Salsa20` and `Poly1305` are implemented here: the JDK has no `secretbox`, and Netty
/// would use Bouncy Castle too if it were on the class path, at the cost of 14 MiB of memory and a slower start.
///
/// Read `EncryptedStore` first, then `Providers`.
@NullMarked
package io.moka.apiserver.core.encryption;

import org.jspecify.annotations.NullMarked;
