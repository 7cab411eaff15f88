/// Smaller admission plugins, each with one rule.
///
/// - A request that a plugin does not handle costs it one or two comparisons.
/// - Defaults are set when an object is created, never later.
///
/// Names in flags are upstream's; some classes have shorter names.
///
/// Read any of them; `NotReadyTaint` is the shortest.
@NullMarked
package io.moka.apiserver.admission.plugins;

import org.jspecify.annotations.NullMarked;
