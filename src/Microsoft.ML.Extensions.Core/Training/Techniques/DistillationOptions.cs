using System.ComponentModel.DataAnnotations;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions;

/// <summary>
/// Distillation (Hinton, Vinyals, Dean 2015, arXiv 1503.02531): a network learns the outputs of a trained one, its teacher, beside the
/// labels.
/// </summary>
/// <remarks>
/// The loss is that of the task plus Weight times the distance of the outputs to the teacher's. Classes: the cross-entropy of
/// <c>softmax(z / Temperature)</c> against the teacher's, times the square of Temperature, so that its gradient does not shrink with it
/// (section 2). Numbers: the loss of the task with the teacher's predictions in place of the labels. Rankings: the same cross-entropy over
/// the documents of a query in place of classes, of scores that the teacher gives to the rows that it reads itself. Differs from
/// Ashok et al. 2018 (arXiv 1709.06030), who take the squared difference of logits: the logits of an ensemble are logarithms of mean probabilities, and those of a
/// class that no network expects have no limit. The teacher reads the rows without the noise that the network in training may add.
/// </remarks>
public sealed class DistillationOptions
{
    /// <summary>A trained model of this pack for the same task and the same feature column. It does not change.</summary>
    [Required]
    public IDistillationTeacher? Teacher { get; set; }

    /// <summary>The weight of the teacher's outputs in the loss, 0 (none) to 1e6. The default is 1.</summary>
    [Range(0.0, 1e6)]
    public double Weight { get; set; } = 1;

    /// <summary>
    /// What the outputs for classes are divided by, 0.1 to 100: above 1 the probabilities that a teacher gives to wrong classes count more.
    /// So are scores of documents. Numbers do not use it. The default is 2.
    /// </summary>
    [Range(0.1, 100.0)]
    public double Temperature { get; set; } = 2;

    /// <summary>
    /// Whether each step also learns the teacher's outputs for mixtures of two rows of the batch, weighted at random, whose labels nobody
    /// knows (Beyer et al. 2022, arXiv 2106.05237; Zhang et al. 2018, arXiv 1710.09412). It is for few rows, on which a teacher says little
    /// more than their labels; it costs a pass of each network, and tokens and rankings cannot be mixed. The default is false.
    /// </summary>
    public bool MixRows { get; set; }

    /// <summary>The outputs that were already computed; null to compute them in each run.</summary>
    internal KnownOutputs? Known { get; set; }

    /// <summary>Sets the first weights of the network in training; null for its own.</summary>
    internal Action<TorchSharp.torch.nn.Module>? Start { get; set; }

    /// <summary>What distinguishes runs with another teacher, for their checkpoints.</summary>
    internal string Fingerprint() => FormattableString.Invariant(
        $"{Use(teacher => teacher.Fingerprint())} {Weight:r} {Temperature:r} {MixRows}");

    /// <summary>Uses the teacher.</summary>
    /// <exception cref="InvalidOperationException">The teacher was disposed.</exception>
    internal T Use<T>(Func<IDistillationTeacher, T> use)
    {
        try
        {
            return use(Teacher!);
        }
        catch (ObjectDisposedException e)
        {
            throw new InvalidOperationException($"Training.Distillation.Teacher cannot be used: {e.Message}", e);
        }
    }
}
