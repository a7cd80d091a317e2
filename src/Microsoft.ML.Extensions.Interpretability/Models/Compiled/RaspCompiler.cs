using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Compiles a program to the weights of a transformer that computes it, exact up to rounding.</summary>
/// <remarks>
/// After Tracr (Lindner et al. 2023, arXiv 2301.05062), with its ideas: values as directions of the residual stream, maps as lookups by
/// ReLU units, selectors as attention with large scores, selector widths from the attention to a row's first token. Unlike Tracr,
/// there is no intermediate language, the model is always bidirectional, and it may have dummy heads.
/// </remarks>
public static class RaspCompiler
{
    // exp(-100) is negligible; the first token has an intermediate score, and gets all attention where nothing is selected.
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
