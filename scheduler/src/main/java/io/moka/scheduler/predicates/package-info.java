/// What makes a node unfit: one class for each of upstream's filter plugins of the same name.
///
/// Promises: the reasons read as upstream's do, since users search for them; the order in [Predicates] puts the cheap ones first.
/// Volumes, topology spread constraints and affinity between pods are not among them. Read [NodeResourcesFit] as the example.
@NullMarked
package io.moka.scheduler.predicates;

import org.jspecify.annotations.NullMarked;
