/// The interface to the engine that runs containers, and its implementation on Docker.
///
/// Promises:
/// - [ContainerRuntime] is all that the rest of the kubelet uses of an engine; no other package uses Docker's classes;
/// - creating is idempotent: the name is made of the pod's uid, the container's name and the attempt, and a leftover under it is replaced;
/// - only containers that carry this cluster's and this node's labels are ever listed, watched or removed;
/// - a container's end is reported within milliseconds, from the engine's event stream.
///
/// Upstream speaks CRI, a gRPC protocol, to an engine that does CNI, logs and streaming itself (dockershim did so for Docker).
/// Here the kubelet does these, so that they can be read. Read [ContainerRuntime] first, then [DockerRuntime].
@NullMarked
package io.moka.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
