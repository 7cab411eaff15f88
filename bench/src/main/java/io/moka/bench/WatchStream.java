package io.moka.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watch that only notes when the event of which object came: one event a line, and of a line only the name is looked at.
final class WatchStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    private final InputStream body;
    private final String prefix;
    private volatile boolean closed;

    /// Told of each event, on the stream's own thread.
    interface Arrival {
        void came(int object, long nanoTime);
    }

    WatchStream(InputStream body, PodObjects objects, Arrival arrival) {
        this.body = body;
        this.prefix = "\"name\":\"" + objects.series() + "-";
        Thread.ofPlatform().name("watch-stream").daemon().start(() -> read(arrival));
    }

    private void read(Arrival arrival) {
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.ISO_8859_1))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                int object = object(line, prefix);
                if (object >= 0) {
                    arrival.came(object, now);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                LOG.error("a watch broke", e);
            }
        }
    }

    /// The number that follows the prefix, or -1 where there is none: an event of something else.
    static int object(String line, String prefix) {
        int begin = line.indexOf(prefix);
        if (begin < 0) {
            return -1;
        }
        begin += prefix.length();
        int end = line.indexOf('"', begin);
        return Integer.parseInt(line, begin, end, 10);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        body.close();
    }
}
