package io.moka.kubelet.runtime;

import java.util.List;

/// An image on this node.
///
/// @param user that it runs as by default; empty for root
public record ImageRecord(String id, List<String> tags, List<String> digests, long sizeBytes, String user) {
}
