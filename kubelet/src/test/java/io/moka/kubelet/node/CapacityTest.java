package io.moka.kubelet.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {

    @TempDir
    Path folder;

    @Test
    void isTheMachinesWhereNothingIsGiven() throws Exception {
        var machine = new Machine(folder);
        assertEquals(new Capacity(machine.cpus() * 1_000L, machine.memoryBytes(), machine.disk().capacityBytes()), Capacity.of(machine, Map.of()));
    }

    @Test
    void isWhatIsGivenResourceByResource() throws Exception {
        var machine = new Machine(folder);
        assertEquals(new Capacity(500, 64L << 20, machine.disk().capacityBytes()), Capacity.of(machine, Map.of("cpu", "500m", "memory", "64Mi")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cpu               | 100000 | a capacity of 100000 of cpu was given, but the machine has ",
        "memory            | 900Ti  | a capacity of 900Ti of memory was given, but the machine has ",
        "ephemeral-storage | 0      | a capacity of 0 of ephemeral-storage was given, but the machine has ",
        "pods              | 7      | no capacity can be given for pods; known are cpu, memory and ephemeral-storage"})
    void whatTheMachineLacksIsRefused(String resource, String quantity, String message) {
        var failure = assertThrows(IllegalArgumentException.class, () -> Capacity.of(new Machine(folder), Map.of(resource, quantity)));
        assertEquals(message.strip(), failure.getMessage().substring(0, message.strip().length()));
    }
}
