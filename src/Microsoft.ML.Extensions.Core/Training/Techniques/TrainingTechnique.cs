using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A technique of training, for one run. A technique overrides the hooks that it needs.</summary>
/// <remarks>
/// The loop knows techniques by this class alone and calls them in the order of <see cref="Techniques"/>. A technique is created when the
/// run begins, before a checkpoint is read, and disposed with the run. It draws random numbers from generators of its own, seeded from the
/// run and the epoch, so that a checkpoint needs no generator state.
/// </remarks>
internal abstract class TrainingTechnique : IDisposable
{
    /// <summary>Whether <see cref="AfterEpoch"/> is also called for epoch 0, before the first step; only where rows are held out.</summary>
    public virtual bool JudgesStart => false;

    /// <summary>How sparse the network was in this run; null where all weights are live.</summary>
    public virtual SparseCourse? Course => null;

    /// <summary>The training loss of outputs, from the current one; validation uses the task's own loss.</summary>
    public virtual OutputLoss Loss(OutputLoss loss) => loss;

    /// <summary>
    /// The number whose gradient a step follows, for rows computed together: what <paramref name="loss"/> gives, or that with additions.
    /// It is called once per batch, or once per part of a batch that is computed in parts.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="step">The step of the run, from 0.</param>
    /// <param name="loss">Runs the network in training mode and gives the mean loss, with a gradient.</param>
    public virtual Tensor Objective(InputBatch rows, long step, Func<Tensor> loss) => loss();

    /// <summary>The weights of rows, <c>[B]</c>, from the current ones, in training and validation.</summary>
    public virtual Tensor Weights(Tensor weights, Tensor labels) => weights;

    /// <summary>The factor of the learning rate in a step, from 0.</summary>
    public virtual double RateFactor(long step) => 1;

    /// <summary>Called before an epoch, from 0.</summary>
    public virtual void BeforeEpoch(int epoch)
    {
    }

    /// <summary>Called after the gradients of a step are computed, before the optimiser.</summary>
    /// <param name="step">The step of the run, from 0.</param>
    public virtual void BeforeStep(long step)
    {
    }

    /// <summary>Called after the optimiser has updated the parameters.</summary>
    /// <param name="optimizer">The optimiser, whose moments belong to the parameters.</param>
    public virtual void AfterStep(Optimizer optimizer)
    {
    }

    /// <summary>Called after an epoch and its validation; the network is in evaluation mode if there was validation.</summary>
    public virtual void AfterEpoch(EpochResult result)
    {
    }

    /// <summary>Whether training should stop.</summary>
    /// <param name="epochs">The number of completed epochs.</param>
    public virtual bool Stops(int epochs) => false;

    /// <summary>Called after the last epoch, to set the network's final weights.</summary>
    /// <param name="validationLosses">
    /// Computes the loss of each validation row, in order, by the current network; only where there are such rows.
    /// </param>
    public virtual void AfterRun(Func<IReadOnlyList<float>> validationLosses)
    {
    }

    /// <summary>Called after <see cref="AfterRun"/> of all techniques: the epoch from which training goes on once more, with the weights that the technique has set; null to end.</summary>
    public virtual int? GoesBackTo() => null;

    /// <summary>Called after a technique went back: forgets what was seen since.</summary>
    /// <param name="epoch">The epoch from which training goes on.</param>
    public virtual void AfterGoingBack(int epoch)
    {
    }

    /// <summary>The epochs that the technique adds to a run by going back: those done before the last time, and all.</summary>
    public virtual (int Done, int All) MoreEpochs => (0, 0);

    /// <summary>Its state in a checkpoint: finite tensors whose names, shapes and types stay the same during a run.</summary>
    public virtual IEnumerable<(string Name, Tensor Value)> State() => [];

    /// <summary>Restores a saved state.</summary>
    /// <param name="state">Returns a tensor by its name, with the shape and type of <see cref="State"/>.</param>
    /// <param name="epochs">The number of completed epochs.</param>
    /// <exception cref="FormatException">The state is not possible.</exception>
    public virtual void Restore(Func<string, Tensor> state, int epochs)
    {
    }

    public virtual void Dispose()
    {
    }
}
