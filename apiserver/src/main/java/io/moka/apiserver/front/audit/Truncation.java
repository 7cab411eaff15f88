package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Enforces the size limits of events and batches.
///
/// @param maxEventBytes the maximum size of an event in bytes; 0 for no limit
/// @param maxBatchBytes the maximum size of a batch's events in bytes; 0 for no limit
record Truncation(int maxEventBytes, int maxBatchBytes) {
    static Truncation of(WebhookOptions options) {
        return options.truncated ? new Truncation(options.maxEventBytes, options.maxBatchBytes) : new Truncation(0, 0);
    }

    /// Returns the event, without its bodies if it is too large with them; null when it is too large even so.
    byte @Nullable [] event(byte[] event) {
        if (maxEventBytes == 0 || event.length <= maxEventBytes) {
            return event;
        }
        try {
            ObjectNode smaller = (ObjectNode) Json.MAPPER.readTree(event);
            smaller.remove(List.of("requestObject", "responseObject"));
            smaller.withObject("/annotations").put("audit.k8s.io/truncated", "true");
            byte[] left = Json.write(smaller);
            return left.length <= maxEventBytes ? left : null;
        } catch (IOException impossible) {
            return null;
        }
    }

    /// Splits events into batches within the limit.
    List<List<byte[]>> batches(List<byte[]> events) {
        List<List<byte[]>> batches = new ArrayList<>();
        List<byte[]> open = new ArrayList<>();
        long bytes = 0;
        for (byte[] event : events) {
            if (maxBatchBytes > 0 && bytes + event.length > maxBatchBytes && !open.isEmpty()) {
                batches.add(open);
                open = new ArrayList<>();
                bytes = 0;
            }
            open.add(event);
            bytes += event.length;
        }
        if (!open.isEmpty()) {
            batches.add(open);
        }
        return batches;
    }
}
