/// Kubernetes' binary form of objects, which Go clients send by default for built-in kinds (`kubectl create` among them).
///
/// - It is read, never written: those who send it accept JSON in return.
/// - The table of field numbers is made at build time from the official client's descriptors, and loaded when the first binary body comes.
/// - What comes out is the same tree that the JSON form would have given; nothing else in the server knows the difference.
///
/// Upstream generates a marshaller for each type.
///
/// Read `ProtobufDecoder` first.
@NullMarked
package io.moka.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
