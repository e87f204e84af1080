/* A Vulkan layer that loses the device: while the file that LOST_DEVICE names exists, submissions
   and waits answer VK_ERROR_DEVICE_LOST. A lost device stays lost; one that is opened after the
   file has gone is well. Every other call passes through.

   One device at a time. The declarations are those of vulkan_core.h and vk_layer.h that it needs,
   by the interface between loader and layers, version 2. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*Function)(void);
typedef Function (*GetProcAddr)(void *handle, const char *name);

enum { SUCCESS = 0, INITIALIZATION_FAILED = -3, DEVICE_LOST = -4 };
enum { LOADER_INSTANCE_CREATE_INFO = 47, LOADER_DEVICE_CREATE_INFO = 48, LINK_INFO = 0 };

/* VkLayerInstanceLink and VkLayerDeviceLink. */
typedef struct Link {
    struct Link *next;
    GetProcAddr instance_proc;
    GetProcAddr device_proc;
} Link;

/* VkLayerInstanceCreateInfo and VkLayerDeviceCreateInfo; of other structures in the chain only the
   first two members. */
typedef struct Chain {
    int32_t type;
    struct Chain *next;
    int32_t function;
    Link *link;
} Chain;

/* VkNegotiateLayerInterface. */
typedef struct {
    int32_t type;
    void *next;
    uint32_t version;
    GetProcAddr instance_proc;
    GetProcAddr device_proc;
    GetProcAddr physical_device_proc;
} Negotiation;

typedef int32_t (*CreateInstance)(const Chain *, const void *, void **);
typedef int32_t (*CreateDevice)(void *, const Chain *, const void *, void **);
typedef int32_t (*QueueSubmit)(void *, uint32_t, const void *, uint64_t);
typedef int32_t (*WaitSemaphores)(void *, const void *, uint64_t);
typedef int32_t (*WaitForFences)(void *, uint32_t, const uint64_t *, uint32_t, uint64_t);

static GetProcAddr next_instance_proc, next_device_proc;
static void *instance;
static QueueSubmit submit;
static WaitSemaphores wait_semaphores;
static WaitForFences wait_for_fences;
static int lost;

static int is_lost(void) {
    const char *file = getenv("LOST_DEVICE");
    lost = lost || (file != NULL && access(file, F_OK) == 0);
    return lost;
}

/* Takes this layer's link off the chain, for the next layer to find its own. */
static Link *unlink_own(const Chain *info, int32_t type) {
    for (Chain *one = info->next; one != NULL; one = one->next) {
        if (one->type == type && one->function == LINK_INFO) {
            Link *link = one->link;
            one->link = link->next;
            return link;
        }
    }
    return NULL;
}

static int32_t create_instance(const Chain *info, const void *allocator, void **created) {
    Link *link = unlink_own(info, LOADER_INSTANCE_CREATE_INFO);
    if (link == NULL) return INITIALIZATION_FAILED;
    next_instance_proc = link->instance_proc;
    CreateInstance create = (CreateInstance)next_instance_proc(NULL, "vkCreateInstance");
    int32_t result = create(info, allocator, created);
    if (result == SUCCESS) instance = *created;
    return result;
}

static int32_t create_device(void *adapter, const Chain *info, const void *allocator,
                             void **created) {
    Link *link = unlink_own(info, LOADER_DEVICE_CREATE_INFO);
    if (link == NULL) return INITIALIZATION_FAILED;
    CreateDevice create = (CreateDevice)link->instance_proc(instance, "vkCreateDevice");
    int32_t result = create(adapter, info, allocator, created);
    if (result != SUCCESS) return result;
    next_device_proc = link->device_proc;
    submit = (QueueSubmit)next_device_proc(*created, "vkQueueSubmit");
    wait_semaphores = (WaitSemaphores)next_device_proc(*created, "vkWaitSemaphores");
    wait_for_fences = (WaitForFences)next_device_proc(*created, "vkWaitForFences");
    lost = 0;
    return SUCCESS;
}

static int32_t queue_submit(void *queue, uint32_t count, const void *batches, uint64_t fence) {
    return is_lost() ? DEVICE_LOST : submit(queue, count, batches, fence);
}

static int32_t semaphores(void *device, const void *info, uint64_t timeout) {
    return is_lost() ? DEVICE_LOST : wait_semaphores(device, info, timeout);
}

static int32_t fences(void *device, uint32_t count, const uint64_t *which, uint32_t all,
                      uint64_t timeout) {
    return is_lost() ? DEVICE_LOST : wait_for_fences(device, count, which, all, timeout);
}

static Function device_proc(void *device, const char *name);
static Function instance_proc(void *handle, const char *name);

static const struct {
    const char *name;
    Function function;
} OWN[] = {
    {"vkGetInstanceProcAddr", (Function)instance_proc},
    {"vkGetDeviceProcAddr", (Function)device_proc},
    {"vkCreateInstance", (Function)create_instance},
    {"vkCreateDevice", (Function)create_device},
    {"vkQueueSubmit", (Function)queue_submit},
    {"vkWaitSemaphores", (Function)semaphores},
    {"vkWaitForFences", (Function)fences},
};

static Function own(const char *name) {
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        if (strcmp(name, OWN[i].name) == 0) return OWN[i].function;
    return NULL;
}

static Function device_proc(void *device, const char *name) {
    Function found = own(name);
    return found != NULL ? found : next_device_proc(device, name);
}

static Function instance_proc(void *handle, const char *name) {
    Function found = own(name);
    if (found != NULL || next_instance_proc == NULL) return found;
    return next_instance_proc(handle, name);
}

int32_t vkNegotiateLoaderLayerInterfaceVersion(Negotiation *with) {
    if (with->version < 2) return INITIALIZATION_FAILED;
    with->version = 2;
    with->instance_proc = instance_proc;
    with->device_proc = device_proc;
    with->physical_device_proc = NULL;
    return SUCCESS;
}
