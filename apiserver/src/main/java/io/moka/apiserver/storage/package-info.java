/// Where objects are kept: etcd for good, and in front of it one watch cache for each resource.
///
/// - A write is one etcd transaction that compares the key's revision; its outcome is a sealed `CasResult`.
/// - Bytes are the truth: an object is encoded once, and lists and watches send those bytes again.
/// - Events reach every listener in revision order, none twice and none left out. A revision that has left the ring is refused.
/// - Rings and queues are bounded; history beyond the bound is dropped, and who asks for it is told to list again.
/// - A fresh read waits until the caches have reached etcd's current revision, which overlapping reads ask for together.
///
/// Upstream watches etcd once for each resource and learns progress from etcd's notifications, which came before the events they
/// speak of until etcd 3.4.25. Here one watch of the whole prefix feeds all caches, so that every write tells all of them how far they are.
///
/// Read `Store` first, then `WatchCache`, then `CacheFeed`.
@NullMarked
package io.moka.apiserver.storage;

import org.jspecify.annotations.NullMarked;
