package io.moka.kubelet.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupDirectoriesTest {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    @Test
    void version1HasADirectoryForEachController() {
        var group = CgroupDirectories.parse(ROOT, List.of("9:name=systemd:/moka/a/pod1/c", "8:pids:/moka/a/pod1/c", "4:memory:/moka/a/pod1/c", "1:cpu,cpuacct:/moka/a/pod1/c", "0::/"));
        assertFalse(group.isVersion2());
        assertEquals(ROOT.resolve("pids/moka/a/pod1/c"), group.of("pids"));
        assertEquals(ROOT.resolve("cpuacct/moka/a/pod1"), group.parent().of("cpuacct"));
        assertNull(group.of("hugetlb"));
        assertEquals("pod1", group.parent().name());
    }

    @Test
    void version2HasOne() {
        var group = CgroupDirectories.parse(ROOT, List.of("1:name=systemd:/elsewhere", "0::/moka.slice/moka-a.slice/moka-a-pod1.slice/docker-c.scope"));
        assertTrue(group.isVersion2());
        assertEquals(ROOT.resolve("moka.slice/moka-a.slice/moka-a-pod1.slice"), group.parent().of("pids"));
    }

    @Test
    void aGroupHasANameForEitherDriver() {
        var name = new CgroupName(List.of("moka", "home-lab")).child("burstable").child("pod1-2");
        assertEquals("/moka/home-lab/burstable/pod1-2", name.path());
        assertEquals("moka-home_lab-burstable-pod1_2.slice", name.slice());
        assertTrue(name.isDirectory("pod1-2") && name.isDirectory("moka-home_lab-burstable-pod1_2.slice"));
        assertFalse(name.isDirectory("pod1"));
    }
}
