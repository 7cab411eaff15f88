/// Durations of flags, in Go's notation. Read [DurationFlag].
@NullMarked
package io.moka.apiserver.core.time;

import org.jspecify.annotations.NullMarked;
