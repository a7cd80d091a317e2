using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The device of a model's tensors. Where no GPU is asked for, libtorch is not loaded before the device is used.</summary>
internal sealed class ModelDevice
{
    private readonly Lazy<torch.Device> _device;

    private ModelDevice(bool isCpu, Lazy<torch.Device> device) => (IsCpu, _device) = (isCpu, device);

    /// <summary>Whether it is the CPU, where C# kernels can score.</summary>
    public bool IsCpu { get; }

    /// <summary>The device.</summary>
    /// <exception cref="DllNotFoundException">This system cannot load TorchSharp's native library.</exception>
    public torch.Device Value => _device.Value;

    /// <summary>A device that is there.</summary>
    public static ModelDevice Of(torch.Device device) => new(device.type == DeviceType.CPU, new Lazy<torch.Device>(device));

    /// <inheritdoc cref="TorchDevice.Resolve"/>
    public static ModelDevice Resolve(int? gpuDeviceId, bool fallbackToCpu) => gpuDeviceId is null
        ? new ModelDevice(true, new Lazy<torch.Device>(() => TorchDevice.Resolve(null, fallbackToCpu)))
        : Of(TorchDevice.Resolve(gpuDeviceId, fallbackToCpu));
}
