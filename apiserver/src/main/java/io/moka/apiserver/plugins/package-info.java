/// Smaller admission plugins, each a rule of its own for one kind.
///
/// - What does not concern a plugin costs it a comparison or two.
/// - Defaults are set when an object is made, never later.
///
/// Names in flags are upstream's, which some of the classes shorten.
///
/// Read any of them; `NotReadyTaint` is the shortest.
@NullMarked
package io.moka.apiserver.plugins;

import org.jspecify.annotations.NullMarked;
