/// Kubernetes' binary form of objects, which Go clients send by default for built-in kinds (`kubectl create` among them).
///
/// - It is written only for a client that does not accept JSON: Go clients that send it accept both, and stored JSON can be sent unchanged.
/// - The table of field numbers is made at build time from the official client's descriptors, with the names of the JSON schema, and loaded
///   when the first binary body comes.
/// - The decoded tree is the same that the JSON form would have given, so the rest of the server does not see the difference.
///
/// Upstream generates a marshaller for each type.
///
/// Read `ProtobufDecoder` first.
@NullMarked
package io.moka.apiserver.core.protobuf;

import org.jspecify.annotations.NullMarked;
