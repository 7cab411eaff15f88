/// Measures the resource usage of the node, its pods and their containers on request: CPU time, memory, processes, block and network traffic, disk.
///
/// Promises:
/// - nothing is collected without a request, and nothing more often than once a second (disk usage of files: once a minute);
/// - only the files of live containers' and live pods' groups are read, never the root's `memory.stat`, never a whole hierarchy, never the engine's stats call;
/// - no reading happens while a pod starts; a reading that takes too long is given up, and the previous answer is returned.
///
/// Upstream's cAdvisor samples everything all the time. Read [Measurements] first, then [Cgroup]; [MetricsPage] is how a page is written.
@NullMarked
package io.moka.kubelet.stats;

import org.jspecify.annotations.NullMarked;
