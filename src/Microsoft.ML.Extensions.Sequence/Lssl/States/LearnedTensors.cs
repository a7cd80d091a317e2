using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Tensors of a model that an option makes trainable.</summary>
internal static class LearnedTensors
{
    /// <summary>Registers a trainable parameter, or a buffer, which is saved too; keep it in a field of that name.</summary>
    public static Tensor Hold(this nn.Module module, string name, Tensor value, bool learned)
    {
        if (!learned)
        {
            module.register_buffer(name, value);
            return value;
        }
        var parameter = new Parameter(value);
        module.register_parameter(name, parameter);
        return parameter;
    }
}
