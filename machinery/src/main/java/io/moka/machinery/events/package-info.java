/// Records the actions of a component on an object as Kubernetes Event objects, which `kubectl describe` shows.
///
/// Promises:
/// - recording never blocks and never fails the caller: events wait in a queue of 1,000, and events that do not fit are dropped and counted;
/// - a repeated event raises the count of the first instead of creating another object;
/// - an object that causes very many events is limited to a burst of 25, then one each five minutes;
/// - the tenth and further events within ten minutes that differ from each other in their messages alone become one, as upstream.
///
/// Read [EventRecorder].
@NullMarked
package io.moka.machinery.events;

import org.jspecify.annotations.NullMarked;
