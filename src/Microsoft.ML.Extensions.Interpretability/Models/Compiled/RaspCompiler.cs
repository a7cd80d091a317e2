using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>From a program to the weights of a transformer that computes it: exactly, but for rounding.</summary>
/// <remarks>
/// After Tracr (Lindner et al. 2023, arXiv 2301.05062), with its ideas: values as directions of the residual stream, maps as lookups by
/// ReLU units, selectors as attention with large scores, widths from the attention that a row's first token gets. Other than there,
/// nothing stands between: no intermediate language, one bidirectional model, and dummy heads.
/// </remarks>
public static class RaspCompiler
{
    // exp(-100) is nothing beside 1; the first token stands half way, and gets everything where nothing is selected.
    internal const double SelectedScore = 100;

    /// <summary>Compiles a program.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CompiledTransformer Compile(RaspProgram program, RaspCompilerOptions options)
    {
        ArgumentNullException.ThrowIfNull(program);
        OptionsValidation.Validate(options);
        var layout = new RaspLayout(program, options);
        using var scope = NewDisposeScope();
        var writer = new RaspWriter(layout, options);
        var model = TransformerModel.Create(writer.Config, writer.Write());
        return new CompiledTransformer(model, program, options.Vocabulary, options.Length, layout.Heads, layout.Edges, layout.OutputValues);
    }

    internal static Random RandomOf(RaspCompilerOptions options, long index) => new(SeedSequence.Derive(options.Seed, index));
}
