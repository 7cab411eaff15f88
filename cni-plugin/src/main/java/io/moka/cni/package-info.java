/// The CNI plugin `moka-cni`: gives a pod its interface, address, routes and host ports, as the CNI specification 1.1 asks.
///
/// A runtime starts it once for each operation: parameters in `CNI_*` variables, the network configuration on standard input, the
/// result or the error on standard output. Nothing runs in between.
///
/// Promises:
/// - ADD is all or nothing: if it fails half-way, its changes are undone before the error is printed;
/// - DEL succeeds however often it is called and whatever is left of the pod;
/// - an address is given to one container at a time, also to plugins started side by side (a lock file);
/// - one process start of `ip` or `nft` for each transaction.
///
/// The containernetworking plugins split this into `bridge`, `host-local` and `portmap`, which call each other; the address
/// files have the same layout here. Read [CniPlugin] first, then [Add].
@NullMarked
package io.moka.cni;

import org.jspecify.annotations.NullMarked;
