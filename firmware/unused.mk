# Sources of the tree that have nothing for this machine: they compile to empty objects, a fifth of all that a build from nothing
# would compile. Named one by one, so that what a newer tree brings is built; what is named here, port/mpconfigport.h switches off.
UNUSED = extmod/mbedtls/mbedtls_alt extmod/modonewire extmod/modwebrepl \
	$(addprefix extmod/machine_,adc adc_block bitstream i2c i2s pwm spi timer uart usb_device wdt) \
	$(addprefix extmod/mod,bluetooth btree cryptolib lwip network openamp openamp_remoteproc openamp_remoteproc_store socket tls_axtls tls_mbedtls) \
	$(addprefix extmod/network_,cyw43 esp_hosted lwip ninaw10 ppp_lwip wiznet5k) \
	$(addprefix extmod/vfs_posix,_file) extmod/vfs_posix \
	$(addprefix py/,modthread profile pystack objint_longlong nlraarch64 nlrmips nlrpowerpc)

# The emitters of other archs. Where there is no native arch, a newer tree may have one: all are left.
EMITTERS_arm = asmarm emitnarm
EMITTERS_rv32 = asmrv32 emitnrv32 emitinlinerv32
EMITTERS_thumb = asmthumb emitnthumb emitinlinethumb
EMITTERS_x64 = asmx64 emitnx64
EMITTERS_x86 = asmx86 emitnx86
EMITTERS_xtensa = asmxtensa emitnxtensa emitinlinextensa
EMITTERS_xtensawin = asmxtensa emitnxtensawin
EMITTER = $(patsubst rv32imc,rv32,$(patsubst armv6,arm,$(patsubst armv6m,thumb,$(patsubst armv7%,thumb,$(MACHINE_MPY_ARCH)))))
ifneq ($(EMITTERS_$(EMITTER)),)
UNUSED += $(addprefix py/,emitndebug $(filter-out $(EMITTERS_$(EMITTER)), \
	$(foreach emitter,arm rv32 thumb x64 x86 xtensa xtensawin,$(EMITTERS_$(emitter)))))
endif

PY_O := $(filter-out $(patsubst %,$(BUILD)/%.o,$(UNUSED)),$(PY_O))
SRC_QSTR := $(filter-out $(addsuffix .c,$(UNUSED)),$(SRC_QSTR))
