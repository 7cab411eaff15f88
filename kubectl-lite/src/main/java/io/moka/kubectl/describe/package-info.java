/// `describe`: what kubectl-lite says about an object, in the groups and words of upstream's kubectl.
///
/// - One class describes related kinds: [Workloads], [PodDescriber], [Network], [NodeDescriber], [Settings], [Access], [Storage].
///   [Generic] describes every other kind, field by field.
/// - A describer is a function from objects to lines; what it needs beside the object it asks of [Surroundings].
/// - [Lines] lines columns up as Go's `text/tabwriter` does, so that the output is upstream's to the blank.
///
/// Read first: [Describer], [PodDescriber].
@NullMarked
package io.moka.kubectl.describe;

import org.jspecify.annotations.NullMarked;
