/// Storage of objects: etcd, and in front of it one watch cache for each resource.
///
/// - A write is one etcd transaction that compares the key's revision; its outcome is a sealed `CasResult`.
/// - An object is encoded once; lists and watches send the stored bytes.
/// - Events reach every listener in revision order, none twice and none left out. A revision that has left the ring is refused.
/// - A cache that was replaced accepts no further watches, and its lists show no state later than its end.
/// - A watch that has reported nothing for 30 s while etcd's revision advanced is opened again; a failed or interrupted feed always lists again.
/// - Rings and queues are bounded; older history is dropped, and a client that asks for it is told to list again.
/// - A fresh read waits until the caches have reached etcd's current revision; concurrent reads share the request for it.
///
/// Upstream watches etcd once for each resource and learns progress from etcd's notifications, which until etcd 3.4.25 could arrive before the events they
/// refer to. Here one watch of the whole prefix feeds all caches, so that every write advances the revision of all of them.
///
/// Read `Store` first, then `WatchCache`, then `CacheFeed`.
@NullMarked
package io.moka.apiserver.core.storage;

import org.jspecify.annotations.NullMarked;
