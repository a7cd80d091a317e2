using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Methods of trained LSSL models.</summary>
public static class LsslExtensions
{
    private const double LeastRate = 1e-6, MostRate = 1e6;

    /// <summary>
    /// The same model for data of another sampling rate, without training: for the result of <c>ml.Model.Load</c> or <c>Fit</c> of a
    /// pipeline. Time steps are divided by the rate (Gu et al. 2021, arXiv 2110.13985, section 5.4).
    /// </summary>
    /// <param name="model">A chain with models of <see cref="LsslTrainer"/> in it, or such a model.</param>
    /// <param name="rate">
    /// The sampling rate of the data to score over that of the training data, 1e-6 to 1e6: 0.5 for every second sample. It is relative to
    /// the training data, not to a rate set before.
    /// </param>
    /// <returns>A chain with LSSL weights of its own; its other steps are those of the model, which is not changed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// The model has no LSSL in it, or one whose convolutions, or those of its base, count steps.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// using var model = ml.MulticlassClassification.Trainers.Lssl().Fit(data);
    /// var faster = model.WithSamplingRate(2);                            // rows with twice as many steps in the same time
    /// var scored = faster.Transform(data);
    /// ]]></code></example>
    /// <seealso href="../docs/Lssl.html">docs/Lssl.md</seealso>
    public static ITransformer WithSamplingRate(this ITransformer model, double rate)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parts = model.Parts().ToArray();
        if (!parts.Any(IsLssl))
        {
            throw new ArgumentException(
                $"The model has no {LsslTrainer.Network.Name} in it, and no other network knows the time between steps; train one with ml...Trainers.Lssl().", nameof(model));
        }
        return model is NetworkTransformer network
            ? network.WithSamplingRate(rate)
            : new TransformerChain<ITransformer>(
                Array.ConvertAll(parts, part => IsLssl(part) ? ((NetworkTransformer)part).WithSamplingRate(rate) : part));
    }

    private static bool IsLssl(ITransformer part) => part is NetworkTransformer network && network.Model.Kind == LsslTrainer.Network.Name;

    /// <summary>
    /// The same weights for data of another sampling rate, without training: time steps are divided by the rate (Gu et al. 2021,
    /// arXiv 2110.13985, section 5.4).
    /// </summary>
    /// <param name="model">A model of <see cref="LsslTrainer"/>, trained with an <see cref="LsslOptions.ConvolutionWidth"/> of 0.</param>
    /// <param name="rate">
    /// The sampling rate of the data to score over that of the training data, 1e-6 to 1e6: 0.5 for every second sample. It is relative to
    /// the training data, not to a rate set before.
    /// </param>
    /// <returns>A model with weights of its own, saved and loaded like any other; the one given is not changed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    /// <exception cref="ArgumentException">The model is not an LSSL, or its patches, its convolutions or those of its base count steps.</exception>
    /// <seealso href="../docs/Lssl.html">docs/Lssl.md</seealso>
    public static NetworkTransformer WithSamplingRate(this NetworkTransformer model, double rate)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!(rate is >= LeastRate and <= MostRate))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), string.Create(
                    CultureInfo.InvariantCulture,
                        $"The sampling rate over that of the training data is {rate}; allowed is {LeastRate} to {MostRate}."));
        }
        if (model.Model.Kind != LsslTrainer.Network.Name)
        {
            throw new ArgumentException(
                $"The model is of kind {model.Model.Kind}, which knows no time between steps; allowed is {LsslTrainer.Network.Name}.",
                nameof(model));
        }
        var options = model.Options.Deserialize<LsslOptions>(ModelEntry.Json)!;
        if (options.PatchLength > 1)
        {
            throw new ArgumentException(
                $"The model was trained with PatchLength {options.PatchLength}, and patches of so many steps cannot follow the sampling rate; train with 1.",
                nameof(model));
        }
        if (options.ConvolutionWidth > 0)
        {
            throw new ArgumentException(
                $"The model was trained with ConvolutionWidth {options.ConvolutionWidth}, and a convolution over so many steps cannot follow the sampling rate; train with 0.",
                nameof(model));
        }
        if (model.Model.Base is not null)
        {
            throw new ArgumentException(
                $"The model has a base ({model.Model.Base.Kind}), whose convolutions count steps and cannot follow the sampling rate; train with Base set to {nameof(SequenceBase.None)}.",
                nameof(model));
        }
        options.SamplingRate = rate;
        return model.Copies.WithOptions(JsonSerializer.SerializeToElement(options, ModelEntry.Json));
    }
}
