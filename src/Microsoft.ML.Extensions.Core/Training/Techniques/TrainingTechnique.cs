using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>One technique of training, for one run: what it does beside the descent itself, each hook empty unless it needs it.</summary>
/// <remarks>
/// The loop knows techniques by this class alone and calls them in the order of <see cref="Techniques"/>. A technique is made when the run begins, before a
/// checkpoint is read, and disposed of with the run. It draws random numbers from generators of its own, seeded from the run and the epoch, so that a
/// checkpoint needs no state of a generator.
/// </remarks>
internal abstract class TrainingTechnique : IDisposable
{
    /// <summary>Whether <see cref="AfterEpoch"/> is to see the network as epoch 0, before the first step; only where rows are held out.</summary>
    public virtual bool JudgesStart => false;

    /// <summary>The loss of outputs in training, made of the one so far; validation has the task's own.</summary>
    public virtual OutputLoss Loss(OutputLoss loss) => loss;

    /// <summary>How much rows count, <c>[B]</c>, made of what they count so far, in training and validation.</summary>
    public virtual Tensor Weights(Tensor weights, Tensor labels) => weights;

    /// <summary>The factor of the learning rate in a step, from 0.</summary>
    public virtual double RateFactor(long step) => 1;

    /// <summary>Called before an epoch, from 0.</summary>
    public virtual void BeforeEpoch(int epoch)
    {
    }

    /// <summary>Called when the gradients of a step are there, before the optimiser.</summary>
    /// <param name="step">The step of the run, from 0.</param>
    public virtual void BeforeStep(long step)
    {
    }

    /// <summary>Called after the optimiser has moved the parameters.</summary>
    public virtual void AfterStep()
    {
    }

    /// <summary>Called after an epoch, when validation is done, in scoring mode where there was any.</summary>
    public virtual void AfterEpoch(EpochResult result)
    {
    }

    /// <summary>Whether no further epoch is wanted.</summary>
    /// <param name="epochs">The epochs done.</param>
    public virtual bool Stops(int epochs) => false;

    /// <summary>Called after the last epoch, to leave the network as it is to stay.</summary>
    /// <param name="validationLosses">Computes the loss of each row held out, in their order, by the network as it is then; only where there are such rows.</param>
    public virtual void AfterRun(Func<IReadOnlyList<float>> validationLosses)
    {
    }

    /// <summary>What a checkpoint keeps of it: always tensors of the same names, shapes and types in one run, of finite numbers.</summary>
    public virtual IEnumerable<(string Name, Tensor Value)> State() => [];

    /// <summary>Goes on from a state that was kept.</summary>
    /// <param name="state">Gives a tensor by its name; they are those of <see cref="State"/> by shape and type.</param>
    /// <param name="epochs">The epochs done.</param>
    /// <exception cref="FormatException">The state cannot be.</exception>
    public virtual void Restore(Func<string, Tensor> state, int epochs)
    {
    }

    public virtual void Dispose()
    {
    }
}
