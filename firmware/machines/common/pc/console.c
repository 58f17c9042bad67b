// Console through a virtio serial port: a whole buffer for one access, where the UART takes one byte for each. Port 1, because
// port 0 is always a console, and QEMU drops what a console cannot get rid of at once.
// Source: Virtual I/O Device (VIRTIO) 1.1, 2.6 (split virtqueues), 4.1.4.8 (legacy interface over PCI), 5.3 (console device);
// PCI Local Bus Specification 3.0, 3.2.2.3.2 (configuration access).

#include <string.h>

#include "pc.h"

#define PCI_ADDRESS (0xcf8)
#define PCI_DATA (0xcfc)
#define PCI_VIRTIO_CONSOLE (0x10031af4) // device and vendor

// Registers of the legacy interface.
#define VIRTIO_GUEST_FEATURES (4)
#define VIRTIO_QUEUE_PAGE (8)
#define VIRTIO_QUEUE_SIZE (12)
#define VIRTIO_QUEUE_SELECT (14)
#define VIRTIO_QUEUE_NOTIFY (16)
#define VIRTIO_STATUS (18)
#define VIRTIO_ISR (19)
#define STATUS_DRIVER_OK (7) // acknowledged, driver found, driver ready
#define FEATURE_MULTIPORT (1u << 1)

// Messages on the control queue.
#define CONTROL_DEVICE_READY (0)
#define CONTROL_PORT_READY (3)
#define CONTROL_PORT_OPEN (6)

#define DESC_WRITE (2) // the device writes to it

#define QUEUE_MAX (256)
#define QUEUE_CONTROL (3)
#define QUEUE_RX (4)
#define QUEUE_TX (5)
#define PORT (1)
#define RX_BUFFERS (8)
#define RX_BUFFER_SIZE (256)

typedef struct _desc_t {
    uint64_t addr;
    uint32_t len;
    uint16_t flags, next;
} desc_t;

typedef struct _control_t {
    uint32_t port;
    uint16_t event, value;
} control_t;

typedef struct _queue_t {
    uint16_t number;
    uint16_t size;
    uint16_t seen;              // how far the used ring has been read
    uint16_t avail;             // how many buffers have been given
    uint8_t *memory;
} queue_t;

// The device goes on where it was over a warm restart, so its memory does too.
static MACHINE_NOINIT __attribute__((aligned(4096))) uint8_t queue_memory[3][16384];
static MACHINE_NOINIT uint8_t rx_buffers[RX_BUFFERS][RX_BUFFER_SIZE];
static MACHINE_NOINIT struct {
    uint16_t port;
    uint8_t irq;
    queue_t control, rx, tx;
    uint16_t rx_offset; // bytes taken from the oldest filled buffer
} console;

static desc_t *descriptors(const queue_t *queue) {
    return (desc_t *)queue->memory;
}

static volatile uint16_t *avail_ring(const queue_t *queue) {
    return (volatile uint16_t *)(queue->memory + queue->size * sizeof(desc_t));
}

static volatile uint16_t *used_index(const queue_t *queue) {
    size_t end = queue->size * sizeof(desc_t) + 2 * (3 + queue->size);
    return (volatile uint16_t *)(queue->memory + ((end + 4095) & ~(size_t)4095)) + 1;
}

// Element n of the used ring: descriptor and length.
static volatile uint32_t *used_element(const queue_t *queue, uint16_t n) {
    return (volatile uint32_t *)(used_index(queue) + 1) + 2 * (n % queue->size);
}

static void give(queue_t *queue, uint16_t descriptor) {
    volatile uint16_t *ring = avail_ring(queue);
    ring[2 + queue->avail % queue->size] = descriptor;
    barrier();
    ring[1] = ++queue->avail;
    barrier();
}

static uint32_t pci_read(uint32_t device, uint32_t offset) {
    out32(PCI_ADDRESS, 1u << 31 | device << 11 | offset);
    return in32(PCI_DATA);
}

static void pci_write(uint32_t device, uint32_t offset, uint32_t value) {
    out32(PCI_ADDRESS, 1u << 31 | device << 11 | offset);
    out32(PCI_DATA, value);
}

static void queue_init(queue_t *queue, uint16_t number, uint8_t *memory) {
    queue->number = number;
    out16(console.port + VIRTIO_QUEUE_SELECT, number);
    queue->size = in16(console.port + VIRTIO_QUEUE_SIZE);
    if (queue->size == 0 || queue->size > QUEUE_MAX) {
        machine_exit(72);
    }
    queue->seen = queue->avail = 0;
    queue->memory = memory;
    memset(memory, 0, sizeof(queue_memory[0]));
    out32(console.port + VIRTIO_QUEUE_PAGE, (uintptr_t)memory >> 12);
}

static void send(queue_t *queue, const void *buf, size_t len) {
    descriptors(queue)[0] = (desc_t) { (uintptr_t)buf, len, 0, 0 };
    give(queue, 0);
    out16(console.port + VIRTIO_QUEUE_NOTIFY, queue->number);
    // The device takes it at once, unless the host's end is full.
    while (*used_index(queue) != queue->avail) {
        __asm volatile ("pause");
    }
}

static void control(uint32_t port, uint16_t event) {
    control_t message = { port, event, 1 };
    send(&console.control, &message, sizeof(message));
}

static void find_device(void) {
    for (uint32_t device = 0; device < 32; ++device) {
        if (pci_read(device, 0) == PCI_VIRTIO_CONSOLE) {
            console.port = pci_read(device, 0x10) & ~3u;
            console.irq = pci_read(device, 0x3c);
            // I/O ports and reading memory allowed.
            pci_write(device, 4, pci_read(device, 4) | 5);
            return;
        }
    }
    // Nobody could be told.
    machine_exit(72);
}

void console_init(void) {
    if (console.port != 0 && in8(console.port + VIRTIO_STATUS) == STATUS_DRIVER_OK) {
        return;
    }
    memset(&console, 0, sizeof(console));
    find_device();
    out8(console.port + VIRTIO_STATUS, 0);
    out8(console.port + VIRTIO_STATUS, 3);
    out32(console.port + VIRTIO_GUEST_FEATURES, FEATURE_MULTIPORT);
    queue_init(&console.control, QUEUE_CONTROL, queue_memory[0]);
    queue_init(&console.rx, QUEUE_RX, queue_memory[1]);
    queue_init(&console.tx, QUEUE_TX, queue_memory[2]);
    for (uint16_t i = 0; i < RX_BUFFERS; ++i) {
        descriptors(&console.rx)[i] = (desc_t) { (uintptr_t)rx_buffers[i], RX_BUFFER_SIZE, DESC_WRITE, 0 };
        give(&console.rx, i);
    }
    out8(console.port + VIRTIO_STATUS, STATUS_DRIVER_OK);
    control(0, CONTROL_DEVICE_READY);
    control(PORT, CONTROL_PORT_READY);
    control(PORT, CONTROL_PORT_OPEN);
    out16(console.port + VIRTIO_QUEUE_NOTIFY, QUEUE_RX);
}

int console_irq(void) {
    return console.irq;
}

size_t machine_write(const char *buf, size_t len) {
    send(&console.tx, buf, len);
    return len;
}

static void take_input(void) {
    queue_t *rx = &console.rx;
    bool given = false;
    while (rx->seen != *used_index(rx)) {
        volatile uint32_t *element = used_element(rx, rx->seen);
        uint32_t descriptor = element[0];
        while (console.rx_offset < element[1]) {
            if (!port_rx(rx_buffers[descriptor][console.rx_offset++])) {
                return;
            }
        }
        console.rx_offset = 0;
        ++rx->seen;
        give(rx, descriptor);
        given = true;
    }
    if (given) {
        out16(console.port + VIRTIO_QUEUE_NOTIFY, QUEUE_RX);
    }
}

void console_interrupt(void) {
    in8(console.port + VIRTIO_ISR);
    take_input();
}

void machine_rx_resume(void) {
    uint32_t state = machine_irq_disable();
    take_input();
    machine_irq_restore(state);
}
