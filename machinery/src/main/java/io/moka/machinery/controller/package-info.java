/// The loop around a reconciler: takes a key, reconciles it, and drops or requeues it according to the outcome.
///
/// Promises:
/// - a reconciler gets a key, never an event: it reads the actual state and moves it towards the desired state;
/// - one key is reconciled by one worker at a time;
/// - throwing means "try again, with growing pauses"; an optimistic-concurrency conflict is an ordinary case of that;
/// - every reconciliation is counted and timed under upstream's metric names.
///
/// Upstream's result type can contradict itself (requeue, requeue-after and error at once); [Outcome] cannot. Read
/// [Reconciler] first.
@NullMarked
package io.moka.machinery.controller;

import org.jspecify.annotations.NullMarked;
