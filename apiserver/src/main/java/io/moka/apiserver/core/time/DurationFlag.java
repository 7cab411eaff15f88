package io.moka.apiserver.core.time;

import io.moka.machinery.time.GoDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/// Parses durations in flags.
public final class DurationFlag implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return GoDuration.parse(text);
    }
}
