"""What other programs call the keys of a configuration, for messages about unknown ones."""

from __future__ import annotations

from collections.abc import Collection

from relxfer.errors import did_you_mean

#: Key, from the top of a configuration where it has one place there -> what other programs call it.
_CALLED = {
    "training.steps": "epochs iterations iters max_epochs max_iter max_steps n_epochs n_iter n_steps num_epochs "
    "num_iterations num_steps num_train_epochs updates",
    "training.epochs": "epoch max_epochs n_epochs num_epochs num_train_epochs passes",
    "training.lr": "base_lr eta learn_rate learning_rate learningrate lr0 step_size",
    "training.batch_size": "batch batchsize bs minibatch minibatch_size per_device_train_batch_size train_batch_size",
    "training.batches_per_step": "accumulate_grad_batches accumulation gradient_accumulation "
    "gradient_accumulation_steps",
    "training.balance": "balanced class_weight class_weights oversample sampler weighted_sampler",
    "training.optimizer": "optim optimiser",
    "training.schedule": "lr_schedule lr_scheduler lr_scheduler_type scheduler",
    "training.warmup": "num_warmup_steps warm_up warmup_epochs warmup_fraction warmup_ratio warmup_steps",
    "training.clip_norm": "clip clip_grad clip_grad_norm grad_clip gradient_clip_val gradient_clipping max_grad_norm",
    "training.ema": "ema_decay model_ema model_ema_decay polyak swa",
    "training.weight_decay": "decay l2 wd",
    "training.patience": "early_stop early_stopping early_stopping_patience earlystopping",
    "training.validations": "eval_every eval_steps evaluation_strategy val_every val_check_interval",
    "training.checkpoint_seconds": "checkpoint_every save_every save_steps",
    "executor.jobs": "n_jobs num_proc num_workers processes workers",
    "device": "accelerator cuda gpu gpus no_cuda use_cuda use_gpu",
    "threads": "cpus n_threads num_threads",
    "seeds": "manual_seed n_seeds num_seeds random_seed random_state repeats repetitions seed",
    "timeout_seconds": "max_time time_limit timeout",
    "source.checkpoint": "ckpt model_path pretrained pretrained_model_name_or_path pretrained_path",
    "target.label_budgets": "budget budgets label_budget labels n_shot num_labels shots",
    "target.observed_fraction": "observed",
    "report.metric": "criterion metrics score scoring",
    "model": "arch architecture backbone model_name net network",
    "dataset": "data data_path dataset_name",
    "datasets": "data data_path dataset_name",
    "use": "class kind method strategy_name type",
    "val": "dev valid validation",
    "valid": "dev val validation",
    "valid_fraction": "dev_fraction dev_size val val_fraction val_size val_split validation validation_fraction "
    "validation_split",
    "test_fraction": "holdout test test_size test_split",
    "split_seed": "random_state seed",
    "hidden": "hidden_channels hidden_dim hidden_size units width",
    "layers": "depth n_layers num_layers",
    "dropout": "drop drop_rate dropout_rate",
    "lr_factor": "backbone_lr encoder_lr lr_mult lr_multiplier",
    "last_parts": "freeze frozen trainable_layers unfreeze unfreeze_layers",
    "alignment_weight": "lambda lambda_ mmd_weight penalty trade_off",
    "reversal_factor": "grl grl_lambda lambda lambda_",
    "rank": "lora_r r",
    "alpha": "lora_alpha",
}


def meant(word: str, here: Collection[str]) -> str:
    """What an unknown key may mean, for a message: a key of this table or of another one; or else the most similar.

    here  the keys of the table

    >>> meant("learning_rate", ["lr", "steps"])
    "did you mean 'lr'? (there are: lr, steps)"
    >>> meant("early_stopping", ["lr_factor"])
    'did you mean training.patience? (there are: lr_factor)'
    """
    called = word.lower().replace("-", "_")[:100]
    keys = [key for key, words in _CALLED.items() if called in words.split()]
    found = [repr(last) for key in keys if (last := key.rpartition(".")[2]) in here]
    # `lr` itself, where only `training.lr` is meant
    found = found or [key for key in _CALLED if "." in key and (key in keys or key.endswith(f".{called}"))]
    if not found:
        return did_you_mean(word, here)
    rest = did_you_mean("", here)
    return f"did you mean {' or '.join(dict.fromkeys(found))}? {rest}"
