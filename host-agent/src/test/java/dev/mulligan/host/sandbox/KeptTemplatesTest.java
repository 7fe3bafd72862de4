package dev.mulligan.host.sandbox;

import static dev.mulligan.host.sandbox.SandboxFixture.ACTOR;
import static dev.mulligan.host.sandbox.SandboxLifeTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.vm.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Templates by hand: made ahead, kept ready, deleted; and those that fit nothing any more. */
@Timeout(240)
final class KeptTemplatesTest {
    private final SandboxFixture fixture = new SandboxFixture(3);

    @AfterEach
    void leavesNothing() {
        fixture.close();
    }

    private SandboxTemplates templates() {
        return fixture.sandboxes.templates();
    }

    private ImageTemplate prepare() {
        return templates().prepare("base", Optional.empty(), ACTOR, step -> {});
    }

    private ImageTemplate keep(Optional<Integer> machines) {
        // The pool waits for quiet by the clock that only tests turn.
        Consumer<String> turn = step -> fixture.clock.pass(Duration.ofSeconds(1));
        return templates().keepReady("base", Optional.empty(), machines, ACTOR, turn);
    }

    @Test
    void aTemplateIsMadeAheadAndOnlyOnce() {
        List<String> steps = new ArrayList<>();
        ImageTemplate first = templates().prepare("base", Optional.empty(), ACTOR, steps::add);
        assertThat(steps).contains("booting", "freezing");
        steps.clear();
        assertThat(templates()
                        .prepare("base", Optional.empty(), ACTOR, steps::add)
                        .template())
                .isEqualTo(first.template());
        assertThat(steps).isEmpty();
        templates()
                .prepare(
                        "base",
                        Optional.of(new SandboxSize(DataSize.ofMebibytes(768), 1, DataSize.ofGibibytes(1))),
                        ACTOR,
                        step -> {});
        assertThat(templates().list()).hasSize(2);
        assertThat(fixture.kinds()).contains("template.prepared");
        assertFails(
                HostErrorCode.UNKNOWN_IMAGE, () -> templates().prepare("nothing", Optional.empty(), ACTOR, step -> {}));
    }

    @Test
    void whereThereCanBeNoneThatIsSaid() {
        fixture.vms.forbidTemplates("QEMU is too old");
        assertFails(HostErrorCode.UNSUPPORTED, this::prepare);
    }

    @Test
    void asManyStandReadyAsWereAskedForThenNoneThenAsUseSuggests() {
        assertThat(keep(Optional.of(3)).ready()).isEqualTo(3);
        assertThat(templates().list().getFirst().wanted()).isEqualTo(3);
        assertThat(keep(Optional.of(0)).ready()).isZero();
        fixture.create();
        assertThat(templates().list().getFirst())
                .satisfies(kept -> assertThat(kept.wanted()).isZero())
                .satisfies(kept -> assertThat(kept.missed()).isPositive());
        assertThat(keep(Optional.empty()).wanted()).isPositive();
        assertThat(keep(Optional.of(0)).ready()).isZero();
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> keep(Optional.of(4)));
        assertFails(HostErrorCode.INVALID_ARGUMENT, () -> keep(Optional.of(-1)));
        assertThat(fixture.sandboxes.leftovers()).isEmpty();
    }

    @Test
    void aHostWithoutMemorySaysThatThePoolDoesNotGrow() {
        prepare();
        fixture.capacity.memory = DataSize.ofMebibytes(900);
        assertFails(HostErrorCode.HOST_MEMORY, () -> keep(Optional.of(2)));
    }

    @Test
    void deletingATemplateGivesUpWhatStandsReady() {
        keep(Optional.of(2));
        String id = templates().list().getFirst().template().id().value();
        assertThat(templates().delete(id, ACTOR)).containsExactly(id);
        assertThat(templates().list()).isEmpty();
        assertThat(fixture.vms.list()).isEmpty();
        assertFails(HostErrorCode.UNKNOWN_TEMPLATE, () -> templates().delete(id, ACTOR));
        assertFails(HostErrorCode.UNKNOWN_TEMPLATE, () -> templates().delete("base", ACTOR));

        keep(Optional.of(1));
        assertThat(templates().delete("base", ACTOR)).hasSize(1);
        assertThat(fixture.kinds()).contains("template.deleted");
    }

    @Test
    void oneThatASandboxStandsOnStays() {
        fixture.create();
        assertFails(HostErrorCode.TEMPLATE_IN_USE, () -> templates().delete("base", ACTOR));
        templates().forget("sha256:" + "ab".repeat(32), ACTOR);
        assertThat(templates().list()).hasSize(1);
    }

    @Test
    void anImageThatGoesTakesItsTemplatesAndItsPoolWithIt() {
        keep(Optional.of(2));
        templates().forget("sha256:" + "ab".repeat(32), ACTOR);
        assertThat(templates().list()).isEmpty();
        assertThat(fixture.vms.list()).isEmpty();
        templates().forget("sha256:" + "ab".repeat(32), ACTOR);
    }

    @Test
    void whatFitsNothingAnyMoreIsRemovedAtTheNextStart() {
        prepare();
        fixture.restart();
        assertThat(templates().list()).hasSize(1);

        fixture.vms.upgrade("in memory 2.0.0");
        fixture.audited.clear();
        fixture.restart();
        assertThat(templates().list()).isEmpty();
        assertThat(fixture.audited).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo("template.deleted");
            assertThat(event.actor()).isEqualTo(Actor.HOST);
        });

        fixture.create();
        fixture.vms.upgrade("in memory 3.0.0");
        fixture.restart();
        assertThat(templates().list()).as("a sandbox stands on it").hasSize(1);
    }

    @Test
    void templatesOfAnImageThatIsGoneAreRemovedAtTheNextStart() {
        prepare();
        fixture.images = false;
        fixture.restart();
        assertThat(templates().list()).isEmpty();
    }
}
