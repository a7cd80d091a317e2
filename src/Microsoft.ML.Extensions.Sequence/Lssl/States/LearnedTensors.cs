using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Tensors of a model of which an option says whether they are learned.</summary>
internal static class LearnedTensors
{
    /// <summary>Registers a parameter where it is learned, else a buffer, which is saved too; to be kept in a field of that name.</summary>
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
