package io.moka.kubelet.stats;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// A page of metrics in Prometheus' text form. Its values are read when it is written, which may take as long as a reading.
public final class MetricsPage {

    private final Consumer<PrometheusText> content;

    MetricsPage(Consumer<PrometheusText> content) {
        this.content = content;
    }

    /// Writes the page in blocks of some kilobytes.
    ///
    /// @throws UncheckedIOException when the stream fails
    public void writeTo(OutputStream out) {
        var text = new PrometheusText(out);
        content.accept(text);
        text.flush();
    }

    public String text() {
        var bytes = new ByteArrayOutputStream();
        writeTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
