package io.moka.apiserver.time;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/// Reads the durations of flags.
public final class DurationFlag implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return GoDuration.parse(text);
    }
}
