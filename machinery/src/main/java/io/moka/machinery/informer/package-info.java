/// Keeps a local, current copy of one kind of object by list and watch, and calls handlers for every change.
///
/// The path of an object: [Reflector] lists and watches → [DeltaFifo] holds the changes, by key → one thread pops it, updates the [Indexer], then calls each
/// [EventHandler]. A [Lister] reads the indexer.
///
/// Promises:
/// - a handler sees the states of one object in their order, never an older one after a newer one; states between two calls
///   may be skipped (the fifo merges what has not been popped yet), the last one never is;
/// - when a handler is called, the lister already shows that state;
/// - a watch that breaks resumes where it was; a `410 Gone` lists again, and objects that vanished meanwhile are reported as deleted;
/// - memory is bounded by the number of objects: the fifo holds at most two deltas for each key.
///
/// Upstream gives each handler an unbounded buffer and a goroutine of its own. Here handlers run one after another on the
/// informer's thread and must be quick (put a key into a [io.moka.machinery.workqueue.WorkQueue]); a slow one makes the fifo
/// merge more. Read [SharedInformer] first.
@NullMarked
package io.moka.machinery.informer;

import org.jspecify.annotations.NullMarked;
