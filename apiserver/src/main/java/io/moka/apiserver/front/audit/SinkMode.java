package io.moka.apiserver.front.audit;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// When events are written or sent: later, in batches; before the request goes on; or so that a request whose first event cannot be recorded is refused.
enum SinkMode {
    BATCH, BLOCKING, BLOCKING_STRICT;

    /// Parses a mode.
    static final class Flag implements ITypeConverter<SinkMode> {
        @Override
        public SinkMode convert(String text) {
            for (SinkMode mode : values()) {
                if (mode.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                    return mode;
                }
            }
            throw new TypeConversionException("invalid audit mode " + text + ", allowed modes are \"batch,blocking,blocking-strict\"");
        }
    }
}
