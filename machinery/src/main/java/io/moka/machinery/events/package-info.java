/// Tells the user what a component did to an object, as Kubernetes Event objects that `kubectl describe` shows.
///
/// Promises:
/// - recording never blocks and never fails the caller: events wait in a queue of 1,000, and what does not fit is dropped and counted;
/// - the same event said again raises the count of the first instead of making another object;
/// - an object that causes very many events is held to a burst of 25, then one each five minutes.
///
/// Upstream's recorder also merges similar events with different messages. Read [EventRecorder].
@NullMarked
package io.moka.machinery.events;

import org.jspecify.annotations.NullMarked;
